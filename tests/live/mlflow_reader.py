"""Reads a run through MLflow's Python client, as a colleague does, and prints one JSON document of it."""

import json
import sys

import mlflow
from mlflow import MlflowClient
from mlflow.types import Schema

client = MlflowClient()
run = client.get_run(sys.argv[1])
inputs = []
for one in run.inputs.dataset_inputs:
    schema = json.loads(one.dataset.schema)["mlflow_colspec"]
    inputs.append(
        {
            "name": one.dataset.name,
            "source": mlflow.data.get_source(one).to_dict(),
            "columns": [[c.name, c.type.name] for c in Schema.from_json(json.dumps(schema))],
            "profile": json.loads(one.dataset.profile),
            "tags": {tag.key: tag.value for tag in one.tags},
        }
    )
model = sys.argv[2] if len(sys.argv) > 2 else None
versions = client.search_model_versions(f"name='{model}'") if model else []
print(
    json.dumps(
        {
            "status": run.info.status,
            "inputs": inputs,
            "artifacts": sorted(f.path for f in client.list_artifacts(run.info.run_id)),
            "figure": mlflow.artifacts.load_text(f"{run.info.artifact_uri}/{sys.argv[3]}")
            if len(sys.argv) > 3
            else None,
            "versions": [[v.version, v.status, v.run_id] for v in versions],
        }
    )
)
