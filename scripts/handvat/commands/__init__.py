"""The commands of `handvat`, a file each."""
