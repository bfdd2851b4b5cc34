/**
 * A practice server in a process of its own, at a port of the test's choice, for tests that kill it.
 * Arguments: data folder, port, configuration as JSON. Prints its ready line.
 */
import { serverReadyLine, startServer } from "../../../src/practice/server.ts";

const [dir = "", port = "0", config = "{}"] = Deno.args;
const server = await startServer({
  data: { dir },
  port: Number(port),
  config: JSON.parse(config),
});
console.log(serverReadyLine(server));
