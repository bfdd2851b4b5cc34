/**
 * Names for runs that were given none: three animals and a number, as GitLab makes them.
 *
 * @module
 */
const ANIMALS =
  "badger,beaver,bison,bobcat,camel,crane,curlew,dingo,dolphin,falcon,ferret,finch,gazelle,gecko,gibbon,heron,ibex,iguana,jackal,jaguar,koala,lemur,lynx,macaw,marten,meerkat,moose,newt,ocelot,okapi,osprey,otter,panther,pelican,plover,puffin,quokka,raven,seal,sparrow,stoat,tapir,tern,toucan,turtle,walrus,wombat,zebra"
    .split(",");

/** A random name such as `otter-finch-lynx-4711`. */
export function randomRunName(): string {
  const pick = () => Math.floor(Math.random() * ANIMALS.length);
  const words = [1, 2, 3].map(() => ANIMALS[pick()]);
  return `${words.join("-")}-${Math.floor(Math.random() * 10_000)}`;
}
