"""Training by a group of processes, on one machine or many, that torchrun or srun has started."""
