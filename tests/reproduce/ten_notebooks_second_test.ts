import { MUTATIONS, testMutations } from "./mutations.ts";

for (const mutation of MUTATIONS.slice(5)) testMutations(mutation);
