/**
 * Uploads the file of the second argument to the server of the first, and prints the most memory that
 * buffers outside of the heap took meanwhile, bytes.
 *
 * @module
 */
import { createClient } from "../../../src/gitlab/client.ts";

const [tracking_uri = "", body = ""] = Deno.args;
let most = 0;
const sampler = setInterval(() => {
  most = Math.max(most, Deno.memoryUsage().external);
}, 2);
await createClient({ tracking_uri, token: "t" }).uploadArtifact({
  run: {
    run_id: "r",
    experiment_id: "3",
    artifact_uri: "mlflow-artifacts:/candidate:17",
  },
  path: "model.bin",
  body,
});
clearInterval(sampler);
console.log(most);
