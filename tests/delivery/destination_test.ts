import { assertEquals } from "@std/assert";
import { storeCredential } from "../../src/gitlab/credentials.ts";
import { nbtrackJson } from "../cli/nbtrack.ts";
import { writeNotebook } from "./notebooks.ts";
import { configOf, newToken, withServer } from "./practice.ts";

const PROJECTS = ["options", "mlflow", "gitlab", "ci", "login"];

/** Where one run of a notebook went, and how. */
interface Ran {
  state: string;
  /** The project's number. */
  project: number | null;
}

Deno.test("nbtrack run delivers where options, MLflow's, GitLab's and CI's variables, or a login and the git remote say, in that order", async () => {
  const projects = PROJECTS.map((name, i) => ({
    id: i + 1,
    path: `g/${name}`,
  }));
  const token = newToken();
  const tokens = configOf(token).tokens.map((t) => ({
    ...t,
    roles: Object.fromEntries(projects.map((p) => [p.path, "developer"])),
  })) as ReturnType<typeof configOf>["tokens"];
  await withServer({ projects, tokens }, async ({ server }, journal) => {
    const home = journal.home;
    const dir = `${home}/work`;
    await Deno.mkdir(dir);
    const git = (...args: string[]) =>
      new Deno.Command("git", { args, cwd: dir, stdout: "null" }).output();
    await git("init", "--quiet");
    await git("remote", "add", "origin", `${server.url}/g/login.git`);
    await storeCredential({
      url: server.url,
      project: "g/login",
      project_id: 5,
      token,
      username: null,
      stored: 1,
    }, home);
    const tracking = (id: number) =>
      `${server.url}/api/v4/projects/${id}/ml/mlflow`;
    const layers: Record<string, string>[] = [
      {
        MLFLOW_TRACKING_URI: tracking(2),
        MLFLOW_TRACKING_TOKEN: token,
      },
      {
        GITLAB_URL: server.url,
        GITLAB_PROJECT: "g/gitlab",
        GITLAB_TOKEN: token,
      },
      {
        CI_API_V4_URL: `${server.url}/api/v4`,
        CI_PROJECT_ID: "4",
        CI_JOB_TOKEN: "job",
        GITLAB_TOKEN: token,
      },
    ];
    const ran = async (
      env: Record<string, string>,
      options: Record<string, string> = {},
    ): Promise<Ran> => {
      const path = await writeNotebook(dir, [
        `await (await track("where", ${JSON.stringify(options)})).end();`,
      ]);
      const { runs } = await nbtrackJson(["run", path], {
        home,
        cwd: dir,
        env,
      }) as { runs: string[] };
      const { state, target } = journal.deliveries.get(runs[0] ?? "");
      const id = /projects\/([^/]+)\//.exec(target ?? "")?.[1];
      const project = id === undefined
        ? null
        : projects.find((p) =>
          p.id === Number(id) || encodeURIComponent(p.path) === id
        )?.id ?? null;
      return { state, project };
    };
    const from = (first: number) =>
      Object.assign({}, ...layers.slice(first).toReversed());
    assertEquals(
      [
        await ran(from(0), { trackingUri: tracking(1), token }),
        await ran(from(0)),
        await ran(from(1)),
        await ran(from(2)),
        await ran({}),
        await ran({ ...from(0), NBTRACK_OFFLINE: "1" }),
      ],
      [
        ...PROJECTS.map((_, i) => ({ state: "delivered", project: i + 1 })),
        { state: "local", project: null },
      ],
    );
  });
});
