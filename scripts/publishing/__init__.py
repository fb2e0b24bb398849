"""Publishing: how the files of a site reach a place that can only be changed file by file."""
