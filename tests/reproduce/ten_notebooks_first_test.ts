import { MUTATIONS, testMutations } from "./mutations.ts";

for (const mutation of MUTATIONS.slice(0, 5)) testMutations(mutation);
