"""Events, deliveries, jobs, sweeps, schedules: what follows from what happened and from time passing."""
