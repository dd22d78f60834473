"""How clients talk: values in, bytes out, one module per dialect. No Flask, no storage."""
