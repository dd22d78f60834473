"""From a spreadsheet to what phones get, and back to earlier versions."""
