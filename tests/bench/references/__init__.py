"""The programs that ours is measured against, each as small as it can be."""
