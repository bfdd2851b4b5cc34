/**
 * The contents of the messages that are read here (jupyter-client, "Messaging in Jupyter"). Unknown members and unknown
 * types of message pass.
 *
 * @module
 */
import { z } from "../base/zod.ts";
import { type Message, MessageError } from "./wire.ts";

const record = z.record(z.string(), z.unknown());
/** Kernels leave it out or say null. */
const optionalRecord = record.nullish().transform((value) => value ?? {});

const display = z.looseObject({
  data: record,
  metadata: optionalRecord,
  transient: z.looseObject({ display_id: z.string().optional() })
    .nullish().transform((value) => value ?? {}),
});

const failure = {
  ename: z.string(),
  evalue: z.string(),
  traceback: z.array(z.string()).nullish().transform((value) => value ?? []),
};

const SCHEMAS = {
  status: z.looseObject({
    execution_state: z.enum(["busy", "idle", "starting"]),
  }),
  execute_input: z.looseObject({
    code: z.string(),
    execution_count: z.number().int(),
  }),
  stream: z.looseObject({
    name: z.enum(["stdout", "stderr"]),
    text: z.string(),
  }),
  display_data: display,
  update_display_data: display,
  execute_result: display.extend({ execution_count: z.number().int() }),
  error: z.looseObject(failure),
  clear_output: z.looseObject({
    wait: z.boolean().nullish().transform((value) => value ?? false),
  }),
  execute_reply: z.discriminatedUnion("status", [
    z.looseObject({
      status: z.literal("ok"),
      execution_count: z.number().int(),
    }),
    z.looseObject({
      status: z.literal("error"),
      execution_count: z.number().int().nullish(),
      ...failure,
    }),
    z.looseObject({ status: z.literal(["aborted", "abort"]) }),
  ]),
  kernel_info_reply: z.looseObject({
    status: z.literal("ok"),
    protocol_version: z.string(),
    implementation: z.string(),
    implementation_version: z.string(),
    language_info: z.looseObject({ name: z.string() }),
  }),
  shutdown_reply: z.looseObject({ restart: z.boolean() }),
};

/** The types of message whose contents are checked. */
export type MessageType = keyof typeof SCHEMAS;

/** The content of a type of message. */
export type ContentOf<T extends MessageType> = z.infer<typeof SCHEMAS[T]>;

/** Whether a message is of a type. */
function isOfType(message: Message, type: MessageType): boolean {
  return message.header.msg_type === type;
}

/**
 * A message's content when it is of a type, else null.
 *
 * @throws {MessageError} when it is of that type and its content is not as Jupyter has it
 */
export function contentOf<T extends MessageType>(
  message: Message,
  type: T,
): ContentOf<T> | null {
  if (!isOfType(message, type)) return null;
  const parsed = SCHEMAS[type].safeParse(message.content);
  if (parsed.success) return parsed.data as ContentOf<T>;
  const issue = parsed.error.issues[0];
  throw new MessageError(
    `The content of a ${type} message is not as Jupyter has it: ${
      issue?.path.join(".")
    }: ${issue?.message}.`,
  );
}
