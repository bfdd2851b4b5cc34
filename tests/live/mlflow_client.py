"""What users do with MLflow's Python client, call by call, against the server of MLFLOW_TRACKING_URI.

Prints one JSON document: for each call what it gave, or {"raised": the name of the exception, "message": its text}.
"""

import json
import math
import os
import sys
import tempfile

import mlflow
import pandas
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag

answers = {}


def ask(name, work):
    try:
        answers[name] = work()
    except Exception as error:  # what a call raises is its answer
        answers[name] = {"raised": type(error).__name__, "message": str(error)[:300]}
    return answers[name]


def whole(run):
    return {
        "run_id": run.info.run_id,
        "name": run.info.run_name,
        "status": run.info.status,
        "params": run.data.params,
        "metrics": run.data.metrics,
        "tags": run.data.tags,
    }


def history(client, run_id, key):
    points = client.get_metric_history(run_id, key)
    return [[p.step, p.timestamp, p.value] for p in points]


def text_of(run_id, path):
    with tempfile.TemporaryDirectory() as folder:
        place = mlflow.artifacts.download_artifacts(
            run_id=run_id, artifact_path=path, dst_path=folder
        )
        with open(place, encoding="utf-8") as file:
            return file.read()


client = MlflowClient()

ask("set_experiment", lambda: mlflow.set_experiment("from-python").name)
ask("set_experiment id", lambda: mlflow.set_experiment("from-python").experiment_id)
ask("set_experiment again", lambda: mlflow.set_experiment("from-python").name)
run = mlflow.start_run(run_name="baseline", tags={"team": "ducks"})
run_id = run.info.run_id
answers["run_id"] = run_id
ask("log_param", lambda: mlflow.log_param("k", 5))
ask("log_params", lambda: mlflow.log_params({"seed": 7, "split": "0.2"}))
ask("log_metric", lambda: mlflow.log_metric("loss", 0.5, step=0))
ask("log_metric again", lambda: mlflow.log_metric("loss", 0.25, step=1))
ask("log_metrics", lambda: mlflow.log_metrics({"loss": 0.125, "accuracy": 0.97}, step=2))
ask("log_metric NaN", lambda: mlflow.log_metric("broken", math.nan))
ask("set_tag", lambda: mlflow.set_tag("phase", "one"))
ask("set_tags", lambda: mlflow.set_tags({"machine": "m1", "kind": "test"}))
ask(
    "log_batch",
    lambda: client.log_batch(
        run_id,
        metrics=[Metric("curve", i / 1000, 1700000000000 + i, i) for i in range(1000)],
        params=[Param(f"p{i}", str(i)) for i in range(100)],
        tags=[RunTag("batch", "yes")],
    ),
)
ask("log_text", lambda: mlflow.log_text("naïve text\n", "notes/read me.txt"))
ask("log_dict", lambda: mlflow.log_dict({"a": [1, 2]}, "settings.json"))
with tempfile.TemporaryDirectory() as folder:
    with open(os.path.join(folder, "model.bin"), "wb") as file:
        file.write(bytes(range(256)) * 4096)
    os.mkdir(os.path.join(folder, "parts"))
    for i in range(3):
        with open(os.path.join(folder, "parts", f"{i}.csv"), "w", encoding="utf-8") as file:
            file.write(f"{i}\n")
    ask("log_artifact", lambda: mlflow.log_artifact(os.path.join(folder, "model.bin")))
    ask("log_artifacts", lambda: mlflow.log_artifacts(os.path.join(folder, "parts"), "parts"))
ask(
    "log_input",
    lambda: mlflow.log_input(mlflow.data.from_pandas(pandas.DataFrame({"x": [1, 2]}), name="ducks")),
)
ask("end_run", lambda: mlflow.end_run())

ask("get_run", lambda: whole(client.get_run(run_id)))
ask("get_metric_history", lambda: history(client, run_id, "loss"))
ask("get_metric_history, 1000", lambda: len(history(client, run_id, "curve")))
ask("get_metric_history, unknown", lambda: history(client, run_id, "nothing"))
ask(
    "search_runs",
    lambda: [whole(r) for r in client.search_runs([run.info.experiment_id])],
)
ask(
    "search_runs, table",
    lambda: mlflow.search_runs(experiment_names=["from-python"])[
        ["run_id", "status", "metrics.accuracy", "params.k"]
    ].values.tolist(),
)
ask("list_artifacts", lambda: sorted(f.path for f in client.list_artifacts(run_id)))
ask(
    "list_artifacts of a folder",
    lambda: [[f.path, f.file_size] for f in client.list_artifacts(run_id, "parts")],
)
ask("download_artifacts", lambda: text_of(run_id, "settings.json"))
ask("download_artifacts with a space", lambda: text_of(run_id, "notes/read me.txt"))


def downloaded_size():
    with tempfile.TemporaryDirectory() as folder:
        place = mlflow.artifacts.download_artifacts(
            run_id=run_id, artifact_path="model.bin", dst_path=folder
        )
        return os.path.getsize(place)


ask("download_artifacts, bytes", downloaded_size)


def context():
    with mlflow.start_run(run_name="fails") as second:
        answers["failing run_id"] = second.info.run_id
        raise ValueError("no data")


ask("a run that fails", context)
ask("status of the failed run", lambda: client.get_run(answers["failing run_id"]).info.status)

MODEL = "from-python-knn"
ask("create_registered_model", lambda: client.create_registered_model(MODEL, description="knn").name)
ask(
    "create_model_version of a run elsewhere",
    lambda: client.create_model_version(MODEL, "unused", run_id).version,
)
ask("create_model_version", lambda: client.create_model_version(MODEL, "unused").version)
version = answers["create_model_version"]
ask("get_model_version", lambda: list(client.get_model_version(MODEL, version).aliases))
ask("get_registered_model", lambda: client.get_registered_model(MODEL).description)
ask("update_registered_model", lambda: client.update_registered_model(MODEL, "better").description)
ask(
    "update_model_version",
    lambda: client.update_model_version(MODEL, version, "first").description,
)
ask("get_latest_versions", lambda: [v.version for v in client.get_latest_versions(MODEL)])
ask("get_model_version_by_alias", lambda: client.get_model_version_by_alias(MODEL, "1.0.0").version)
ask("set_registered_model_alias", lambda: client.set_registered_model_alias(MODEL, "best", version))
ask("search_registered_models", lambda: [m.name for m in client.search_registered_models()])
ask(
    "search_registered_models by name",
    lambda: [m.name for m in client.search_registered_models(f"name='{MODEL}'")],
)
ask("create_logged_model", lambda: client.create_logged_model(answers["set_experiment id"], name="m").model_id)
ask("search_logged_models", lambda: client.search_logged_models([answers["set_experiment id"]]))
ask("get_logged_model", lambda: client.get_logged_model("m-0123456789abcdef").name)
ask("search_model_versions", lambda: client.search_model_versions(f"name='{MODEL}'"))


def file_of_a_version():
    found = client.get_model_version(MODEL, version)
    client.log_text(found.run_id, "weights", "model.txt")
    # Files have the address of the version's number, with which its page's address ends.
    number = found.source.rsplit("/", 1)[1]
    with tempfile.TemporaryDirectory() as folder:
        path = mlflow.artifacts.download_artifacts(
            artifact_uri=f"mlflow-artifacts:/{number}/model.txt", dst_path=folder
        )
        with open(path, encoding="utf-8") as file:
            return file.read()


def file_by_model_address():
    with tempfile.TemporaryDirectory() as folder:
        return mlflow.artifacts.download_artifacts(
            artifact_uri=f"models:/{MODEL}/{version}/model.txt", dst_path=folder
        )


ask("a file of a model version", file_of_a_version)
ask("a file by the address of a model", file_by_model_address)
ask("search_experiments", lambda: sorted(e.name for e in mlflow.search_experiments()))
ask("delete_registered_model", lambda: client.delete_registered_model(MODEL))
ask("get_registered_model after delete", lambda: client.get_registered_model(MODEL).name)
ask("delete_run", lambda: client.delete_run(answers["failing run_id"]))
ask("get_run after delete", lambda: client.get_run(answers["failing run_id"]).info.status)

if len(sys.argv) > 1:
    other = sys.argv[1]
    ask("a run of nbtrack", lambda: whole(client.get_run(other)))
    ask("its artifacts", lambda: sorted(f.path for f in client.list_artifacts(other)))
    ask("its history", lambda: history(client, other, "loss"))
    ask("its text", lambda: text_of(other, "notes.txt"))
    ask("its notebook", lambda: json.loads(text_of(other, "session.ipynb"))["nbformat"])

print(json.dumps(answers))
