/**
 * Repeatable random draws for one subject. Each draw depends only on seed, index and topic: a new topic changes no
 * other draw.
 */
export interface Draws {
  /** From 0 to below 1, in steps of 2^-32. */
  unit(topic: string): number;
  /** From `lowest` to `highest`, both included. */
  integer(topic: string, lowest: number, highest: number): number;
  /** @throws RangeError if `choices` is empty. */
  pick<Choice>(topic: string, choices: readonly Choice[]): Choice;
  /** True with the given probability, 0 to 1. */
  chance(topic: string, probability: number): boolean;
}

/** FNV-1a, 32 bits: offset basis and prime (RFC 9923, section 5). */
const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/** Kept in constants: the hash is nearly all the work, and test runners' sandboxes make globals slow. */
const { floor, imul } = Math;

/**
 * Draws for the subject `index` of the population `seed`: FNV-1a over seed, index and topic, followed by the 32-bit
 * finalizer of MurmurHash3, because FNV-1a alone barely changes the high bits for short inputs. Not for secrets.
 *
 * @param index an integer from 0 to 2^32 - 1.
 */
export function drawsFor(seed: string, index: number): Draws {
  const subject = finalize(absorbNumber(absorbText(OFFSET_BASIS, seed), index));

  const unit = (topic: string) => finalize(absorbText(subject, topic)) / 0x1_0000_0000;
  const integer = (topic: string, lowest: number, highest: number) =>
    lowest + floor(unit(topic) * (highest - lowest + 1));

  return {
    unit,
    integer,
    pick<Choice>(topic: string, choices: readonly Choice[]): Choice {
      if (choices.length === 0) throw new RangeError(`Nothing to pick from for the topic "${topic}".`);
      return choices[integer(topic, 0, choices.length - 1)] as Choice;
    },
    chance: (topic, probability) => unit(topic) < probability,
  };
}

// Private:

function absorbText(hash: number, text: string): number {
  let state = hash;
  // Hashes code units instead of octets: seeds and topics are ASCII in practice, and the hashes are used only here.
  for (let position = 0; position < text.length; position += 1) {
    state = imul(state ^ text.charCodeAt(position), PRIME);
  }
  return state;
}

function absorbNumber(hash: number, value: number): number {
  let state = hash;
  for (let shift = 0; shift < 32; shift += 8) state = imul(state ^ ((value >>> shift) & 0xff), PRIME);
  return state;
}

/** fmix32 of MurmurHash3. @returns an unsigned 32-bit integer. */
function finalize(hash: number): number {
  let state = hash ^ (hash >>> 16);
  state = imul(state, 0x85ebca6b);
  state = imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}
