"""Networks: mathematics in torch, one file each; no files are read here and no settings known."""
