/**
 * Web Crypto that answers at once. The real one answers from a thread, at no certain moment of a virtual clock, so that no seed would take
 * the same course twice. The algorithms are Node's all the same.
 */
import { createHash, KeyObject, sign as signNow, verify as verifyNow, type webcrypto } from 'node:crypto';

type Key = webcrypto.CryptoKey;

const prompt = {
  digest: async (algorithm: string, data: Uint8Array) =>
    bufferOf(createHash(algorithm.replace('-', '')).update(data).digest()),
  sign: async (_algorithm: 'Ed25519', key: Key, data: Uint8Array) => bufferOf(signNow(null, data, KeyObject.from(key))),
  verify: async (_algorithm: 'Ed25519', key: Key, signature: Uint8Array, data: Uint8Array) =>
    verifyNow(null, data, KeyObject.from(key), signature),
};

/** Until what it resolves or rejects with is there. Runs one at a time. */
export async function withPromptCrypto<T>(work: () => Promise<T>): Promise<T> {
  const { subtle } = crypto;
  const names = Object.keys(prompt) as (keyof typeof prompt)[]; // its own
  for (const name of names) Object.defineProperty(subtle, name, { value: prompt[name], configurable: true });
  try {
    return await work();
  } finally {
    for (const name of names) Reflect.deleteProperty(subtle, name); // the prototype has the real ones
  }
}

function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}
