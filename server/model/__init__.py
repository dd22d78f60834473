"""Our nouns: frozen values and the rules that need nothing else."""
