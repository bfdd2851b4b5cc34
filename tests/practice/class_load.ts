/**
 * Students who log at once to the server of a class.
 *
 * @module
 */

/** A student's way in. */
export interface WayIn {
  tracking_uri: string;
  token: string;
}

/** What became of the students' requests. */
export interface ClassLoad {
  /** How long each request took, milliseconds, the shortest first. */
  took: number[];
  /** How long the server worked on each, milliseconds, the shortest first. */
  worked: number[];
  /** The points that the server has, by student. */
  points: number[];
}

/** Lets students make a run each and log to it, all at once, with pauses between their requests as recorders make. */
export async function studentsLog(
  students: readonly WayIn[],
  of: { batches: number; points: number; pause_ms: number },
): Promise<ClassLoad> {
  const took: number[] = [];
  const worked: number[] = [];
  const pause = () =>
    new Promise((done) => setTimeout(done, 2 * Math.random() * of.pause_ms));
  const runs = await Promise.all(students.map(async (student) => {
    const say = async (path: string, body: object) => {
      await pause();
      const began = performance.now();
      const { json, worked_ms } = await call(student, path, body);
      took.push(performance.now() - began);
      worked.push(worked_ms);
      return json;
    };
    const { experiment_id } = await say("experiments/create", {
      name: "penguins",
    });
    const { run } = await say("runs/create", { experiment_id, start_time: 1 });
    const { run_id } = run.info;
    for (let batch = 0; batch < of.batches; batch++) {
      const metrics = Array.from({ length: of.points }, (_, i) => ({
        key: "loss",
        value: i,
        step: batch * of.points + i,
        timestamp: 1,
      }));
      await say("runs/log-batch", { run_id, metrics });
    }
    await say("runs/update", { run_id, status: "FINISHED" });
    return { student, run_id };
  }));
  const points: number[] = [];
  for (const { student, run_id } of runs) {
    const query = `run_id=${run_id}&metric_key=loss&max_results=1000`;
    const { json } = await call(student, `metrics/get-history?${query}`);
    points.push(json.metrics.length);
  }
  const shortest = (a: number, b: number) => a - b;
  return {
    took: took.toSorted(shortest),
    worked: worked.toSorted(shortest),
    points,
  };
}

async function call(
  { tracking_uri, token }: WayIn,
  path: string,
  body?: object,
) {
  const answer = await fetch(`${tracking_uri}/api/2.0/mlflow/${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
  return {
    json: JSON.parse(text),
    worked_ms: 1000 * Number(answer.headers.get("x-runtime")),
  };
}
