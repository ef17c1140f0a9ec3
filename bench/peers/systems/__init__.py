"""One module a system, each as `bench.peers.job.System`; set up as its own documentation shows."""
