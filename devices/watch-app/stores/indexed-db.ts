/** A store in IndexedDB: browsers, and the WebViews of Capacitor. What this needs of IndexedDB is written out, so that it compiles without a DOM. */
import type { Store } from '../core/surroundings.ts';

interface Events {
  addEventListener(type: string, listener: () => void): void;
}
interface Request<T> extends Events {
  readonly result: T;
  readonly error: unknown;
}
interface ObjectStore {
  get(key: string): Request<unknown>;
  getAllKeys(): Request<readonly unknown[]>;
  put(value: unknown, key: string): Request<unknown>;
  delete(key: string): Request<unknown>;
  clear(): Request<unknown>;
}
interface Transaction extends Events {
  readonly error: unknown;
  objectStore(name: string): ObjectStore;
}
interface Database {
  createObjectStore(name: string): unknown;
  transaction(stores: string, mode: 'readonly' | 'readwrite', options?: { durability: 'strict' }): Transaction;
}
export interface Factory {
  open(name: string, version: number): Request<Database>;
}

const STORE = 'kept';

/** `factory`: the platform's `indexedDB`. `name`: the database's. It is opened at the first use. */
export function indexedDbStore(factory: Factory, name: string): Store {
  let opened: Promise<Database> | undefined;
  const database = () => {
    opened ??= open(factory, name);
    opened.catch(() => {
      opened = undefined; // the next use tries again
    });
    return opened;
  };
  const read = async <T>(ask: (store: ObjectStore) => Request<T>): Promise<T> =>
    resultOf(ask((await database()).transaction(STORE, 'readonly').objectStore(STORE)));
  const write = async (change: (store: ObjectStore) => unknown): Promise<void> => {
    const transaction = (await database()).transaction(STORE, 'readwrite', { durability: 'strict' });
    change(transaction.objectStore(STORE));
    await new Promise<void>((resolve, reject) => {
      transaction.addEventListener('complete', resolve);
      transaction.addEventListener('abort', () => reject(faultOf(transaction.error)));
    });
  };
  return {
    async get(key) {
      const value = await read((store) => store.get(key));
      return value instanceof Uint8Array ? value : undefined;
    },
    async keys() {
      const keys = await read((store) => store.getAllKeys());
      return keys.filter((key) => typeof key === 'string');
    },
    put: (key, value) => write((store) => store.put(value, key)),
    delete: (key) => write((store) => store.delete(key)),
    clear: () => write((store) => store.clear()),
  };
}

function open(factory: Factory, name: string): Promise<Database> {
  const request = factory.open(name, 1);
  request.addEventListener('upgradeneeded', () => request.result.createObjectStore(STORE));
  return resultOf(request);
}

function resultOf<T>(request: Request<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(faultOf(request.error)));
  });
}

function faultOf(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
