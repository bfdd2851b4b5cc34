/**
 * A program that subscribes to a kernel and throws away what it reads: what anybody who listens costs a kernel.
 *
 * @module
 */
import { subscribeTo } from "../../src/recorder/subscription.ts";

const subscriber = await subscribeTo(Deno.args[0] ?? "");
console.log("subscribed");
for await (const _ of subscriber.batches()) continue;
