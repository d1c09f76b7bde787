"""Running `check` every day: a job for whatever scheduler the machine has, one file each."""
