/**
 * Taking in what `fetch` answered, with what is secret in the addresses taken out.
 *
 * @module
 */
import { z } from "../../base/zod.ts";
import type { FetchAnswer } from "../../base/fetch_hook.ts";
import { namesSecret } from "../../datasets/url_text.ts";
import type { Journal } from "../../journal/journal.ts";
import type { Session } from "../../journal/sessions.ts";
import type { Redacted, Taken } from "../../redaction/redaction.ts";
import { executionAt } from "../cells/timeline.ts";
import { addAnswers, isData } from "./answered_data.ts";
import { SessionAnswers } from "../../journal/session_answers.ts";

/** Answers as a notebook's process hands them on. */
export const answersSchema: z.ZodType<FetchAnswer[]> = z.array(z.object({
  method: z.string().max(100),
  url: z.string().max(10_000),
  status: z.int(),
  type: z.string(),
  size: z.number().nullable(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/).nullable(),
  again: z.boolean(),
  time: z.number(),
})).max(100_000);

/** A longer content type says nothing. */
const MAX_TYPE_CHARS = 200;

/** Notes the answers of one session. */
export class AnswerLog {
  readonly #journal: Journal;
  readonly #session: Session;

  constructor(journal: Journal, session: Session) {
    this.#journal = journal;
    this.#session = session;
  }

  /**
   * Takes in answers. Each belongs to the execution that was going on when it was asked for; those of one that is kept
   * out of the record are not stored.
   *
   * @param latest Position of the execution in which they came.
   */
  take(latest: number, given: unknown): void {
    const { session_id } = this.#session;
    const { entries, executions, runs } = this.#journal;
    const answers = new SessionAnswers(this.#journal);
    const parsed = answersSchema.safeParse(given);
    if (!parsed.success) return; // a cell that publishes such a message itself
    let data = false;
    this.#journal.transaction(() => {
      for (
        const { method, status, size, digest, type, again, url, time } of parsed
          .data
      ) {
        // What is secret in an address is known from then on, whoever asked.
        const shown = this.#publicUrl(url);
        const position = this.#askedBy(time, latest);
        if (executions.isExcluded(session_id, position)) continue;
        entries.setRedacted(session_id, "network", shown.taken);
        const answer = {
          session_id,
          position,
          method,
          url: shown.text,
          status,
          size,
          digest,
          content_type: type.slice(0, MAX_TYPE_CHARS),
        };
        if (again) answers.takeBack(answer);
        const { first } = answers.note(answer);
        data ||= first && isData({ ...answer, count: 1 });
      }
    });
    if (!data) return;
    const journal = this.#journal;
    const session = this.#session;
    for (const { run_id } of runs.open(session_id)) {
      addAnswers({ journal, session, run_id }, null);
    }
  }

  /** The position of the execution that was going on at a time, or that was the last before it. */
  #askedBy(time: number, latest: number): number {
    const { session_id } = this.#session;
    const at = executionAt(this.#journal, session_id, time)?.position;
    return at === undefined ? latest : Math.min(at, latest);
  }

  /** An address without user, password and fragment, and with placeholders for secret members of its query. */
  #publicUrl(address: string): Redacted {
    const { redactor } = this.#journal;
    const url = URL.parse(address);
    if (url === null) return redactor.text(address);
    url.username = "";
    url.password = "";
    url.hash = "";
    const taken: Taken[] = [];
    const text = url.href.replace(
      /([?&])([^=&]+)=([^&]*)/g,
      (whole, before: string, name: string, value: string) => {
        if (!namesSecret(decoded(name))) return whole;
        const shown = redactor.named("token", decoded(value));
        taken.push(...shown.taken);
        return `${before}${name}=${shown.text}`;
      },
    );
    return { text, taken };
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text; // no well-formed escape: it is taken as it stands
  }
}
