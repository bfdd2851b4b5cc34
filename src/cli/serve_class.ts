/**
 * `nbtrack serve --class FILE`: the practice server for a class.
 *
 * @module
 */
import { join } from "node:path";
import { readClass } from "../practice/class/class_file.ts";
import { type ServedClass, startClass } from "../practice/class/start_class.ts";
import type { DataLocation } from "../practice/store/data_dir.ts";
import { classPages } from "../web/class/class_pages.ts";
import { handoutLines, handoutPage } from "../web/class/handout.ts";
import type { CommandOutput } from "./output.ts";
import { serveUntilSignal } from "./signals.ts";

/** What the command line says of a class. */
export interface ClassInput {
  /** The class's file. */
  file: string;
  data: DataLocation;
  /** Where handouts are written. */
  handouts: string;
  port: number;
  host: string;
  /** Usernames whose token is made anew. */
  newTokens: readonly string[];
}

/** Serves a class until somebody ends it. */
export async function serveClass(
  input: ClassInput,
  out: CommandOutput,
): Promise<0> {
  const { data, port, host, newTokens } = input;
  const plan = await readClass(input.file);
  const reached = addressFor(host);
  const here = isLoopback(host);
  const pages = classPages();
  const { projectPages } = await import("./project_pages.ts");
  const served = await startClass({
    plan,
    data,
    port,
    host,
    newTokens,
    here,
    ...(reached === null ? {} : { reached }),
    projectPages: projectPages(),
    pages: (request, state) => pages.answer(request, state),
  });
  const { server } = served;
  out.note(here ? reachesNobody(server.url) : opens(host, reached ?? host));
  const handouts = await writeHandouts(served, plan.name, input.handouts);
  const teacher = served.made.find(({ student }) => student === null);
  const page = pages.open(server.url);
  return await serveUntilSignal(server, () =>
    out.line(
      JSON.stringify({
        url: server.url,
        page,
        handouts,
        teacher: teacher === undefined
          ? null
          : { tracking_uri: teacher.tracking_uri, token: teacher.token },
        students: plan.students.length,
        pid: Deno.pid,
      }),
      () =>
        [
          `${plan.name}: the practice server listens on ${server.url}`,
          "",
          `Your page, whose address holds for one browser: ${page}`,
          ...(handouts.length === 0
            ? [
              "Every student has a token already; --new-token USERNAME makes another.",
            ]
            : [
              `${handouts.length} handouts${
                here ? ", for this machine alone" : " to print"
              }, each with a token that is kept nowhere else: ${input.handouts}`,
            ]),
          ...(teacher === undefined ? [] : [
            "",
            "Your own way in, which sees every student's runs:",
            ...handoutLines(teacher).map((line) => `  ${line}`),
          ]),
          "",
          "Ctrl-C ends it.",
        ].join("\n"),
    ));
}

/** Writes a page for each student whose token was made now; the files' paths. */
async function writeHandouts(
  { made }: ServedClass,
  title: string,
  folder: string,
): Promise<string[]> {
  const files: string[] = [];
  for (const { student, token, tracking_uri } of made) {
    if (student === null) continue;
    await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, `${student.username}.html`);
    const { name } = student;
    await Deno.writeTextFile(
      file,
      handoutPage({ title, name, token, tracking_uri }),
      { mode: 0o600 },
    );
    files.push(file);
  }
  return files;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\./.test(host);
}

/** This machine's address in its network, when it listens on all of them. */
function addressFor(host: string): string | null {
  if (host !== "0.0.0.0" && host !== "::") return null;
  return Deno.networkInterfaces().find(({ family, address }) =>
    family === "IPv4" && !/^(127|169\.254)\./.test(address)
  )?.address ?? null;
}

/** That students' machines do not reach it, before anything is printed on paper. */
function reachesNobody(url: string): string {
  return `Only this machine reaches ${url}, and the handouts name it: no student can use them. Start it again with --host 0.0.0.0 (or this machine's address in your network) and --port before you print them; those who have a handout from here get another one then.`;
}

/** What listening there opens, in plain words. */
function opens(host: string, reached: string): string {
  return `Every machine that reaches ${reached} can reach this server${
    host === reached ? "" : ` (it listens on ${host})`
  }. Nobody sees or changes anything without a token, but tokens and runs travel unencrypted: use it in a network that you trust, and end it after the class. Your own page opens in one browser only, with its address.`;
}
