"""Delivers points by MLflow's Python client in the largest batches it sends; prints {"run_id", "seconds"}."""

import json
import random
import sys
import time

from mlflow import MlflowClient
from mlflow.entities import Metric

BATCH = 1000  # the client refuses more

points = int(sys.argv[1])
client = MlflowClient()
experiment = client.get_experiment_by_name("python-points")
experiment_id = experiment.experiment_id if experiment else client.create_experiment("python-points")
run_id = client.create_run(experiment_id).info.run_id
now = int(time.time() * 1000)
metrics = [
    Metric("accuracy" if i % 2 else "loss", random.random(), now, i // 2) for i in range(points)
]
began = time.perf_counter()
for start in range(0, points, BATCH):
    client.log_batch(run_id, metrics=metrics[start : start + BATCH])
print(json.dumps({"run_id": run_id, "seconds": time.perf_counter() - began}))
