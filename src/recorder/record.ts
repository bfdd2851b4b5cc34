/**
 * What the recorder's process does once it has subscribed: it takes the session, unless another recorder has it, and
 * records it to its end.
 *
 * @module
 */
import { NbtrackError } from "../base/errors.ts";
import { standardRedaction } from "../redaction/standard_redaction.ts";
import { Journal } from "../journal/journal.ts";
import { identify, isAlive } from "../base/process_identity.ts";
import { Pace } from "./pace.ts";
import { ownSessionShare, standBack } from "./priority.ts";
import type { Subscriber } from "../jupyter/subscriber.ts";
import { RecorderLog } from "../base/log.ts";
import { z } from "../base/zod.ts";
import { knownSecretsSchema } from "./control.ts";
import { Recorder } from "./recorder.ts";
import { redactAgain } from "../journal/redact_again.ts";

// Parsers that are compiled to functions would take some 3 MB, and gain little where so little is parsed.
z.config({ jitless: true });

/** What the process has when it begins. */
export interface RecordOptions {
  session_id: string;
  /** The secrets that whoever started it knows, a JSON list. */
  secrets: string;
  /** nbtrack's folder. */
  home: string;
  subscriber: Subscriber | null;
  /** When the subscription stood, milliseconds since 1970. */
  subscribed_time: number;
  /** Why there is no subscription although there should be. */
  failure: unknown;
  listener: Deno.TcpListener;
  key: string;
  inCell: boolean;
}

/** Records a session to its end. @returns the process's exit code */
export async function record(options: RecordOptions): Promise<number> {
  const { session_id, home, listener, key, subscriber, inCell } = options;
  const log = new RecorderLog(home, `${session_id.slice(0, 8)} [${Deno.pid}]`);
  standBack();
  // Whatever goes wrong beside the record, such as a journal that cannot be written for a moment, must not end it.
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    log.write("unhandled", event.reason);
  });
  try {
    using journal = Journal.open({
      redactor: standardRedaction,
      home,
      waitsForLock: true,
    });
    const session = journal.sessions.get(session_id);
    if (session === undefined) {
      throw new NbtrackError(`There is no session ${session_id}.`);
    }
    log.redact = (text) => journal.redactor.text(text).text;
    for (
      const { name, value, learnt } of knownSecretsSchema.parse(
        JSON.parse(options.secrets),
      )
    ) journal.redactor.know?.(name, value, learnt);
    journal.redactor.addFolder?.(session.cwd);
    const { pid, process_started } = session;
    if (
      options.failure !== undefined &&
      isAlive({ pid, started: process_started })
    ) throw options.failure;
    const started = identify(Deno.pid)?.started ?? "";
    const self = { pid: Deno.pid, started, port: listener.addr.port, key };
    const mine = journal.sessions.claim(
      session_id,
      self,
      (pid, started) => isAlive({ pid, started }),
    );
    if (!mine) return 0;
    redactAgain(journal, session_id);
    journal.noteRecovered();
    // From here on the file itself says that it is in use.
    journal.writeThrough();
    journal.sessions.subscribed(session_id, options.subscribed_time);
    await new Recorder({
      journal,
      session,
      subscriber,
      subscribed_time: options.subscribed_time,
      listener,
      key,
      log,
      inCell,
      pace: new Pace({ share: ownSessionShare() }),
    }).run();
    return 0;
  } catch (error) {
    log.write("gave up", error);
    return 1;
  }
}
