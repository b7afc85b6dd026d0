"""One shot drawn by Vortex and by its peers, each as a whole process that ends with a film on disk."""
