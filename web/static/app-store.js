// A few named things in IndexedDB, with promises. What is written is on the disk when the promise fulfils.

/** @typedef {{get(name: string, key: IDBValidKey): Promise<any>, set(name: string, key: IDBValidKey, value: any): Promise<void>, remove(name: string, key: IDBValidKey): Promise<void>, clear(name: string): Promise<void>, all(name: string): Promise<any[]>, keys(name: string): Promise<IDBValidKey[]>, update(name: string, key: IDBValidKey, change: (old: any) => any): Promise<any>}} Store */

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function answer(request) {
  return new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
}

/** @param {IDBTransaction} transaction @returns {Promise<void>} */
function committed(transaction) {
  return new Promise((done, fail) => {
    transaction.oncomplete = () => done();
    transaction.onabort = transaction.onerror = () => fail(transaction.error);
  });
}

/**
 * Opens a database of its own; each name is a table of values by their keys.
 * @param {string} database @param {string[]} names a new name needs a higher version @param {number} [version]
 * @returns {Promise<Store>}
 */
export async function openStore(database, names, version = 1) {
  const opening = indexedDB.open(database, version);
  opening.onupgradeneeded = () => {
    for (const name of names) {
      if (!opening.result.objectStoreNames.contains(name)) opening.result.createObjectStore(name);
    }
  };
  const db = await answer(opening);
  // Another page of a newer version waits for this one to let go.
  db.onversionchange = () => db.close();

  /** @param {string} name @param {(table: IDBObjectStore) => void} act */
  async function write(name, act) {
    // Where it is known, waits for the disk: a counter of wrong PINs must survive a sudden restart.
    const transaction = /** @type {any} */ (db).transaction(name, "readwrite", { durability: "strict" });
    const done = committed(transaction);
    act(transaction.objectStore(name));
    await done;
  }
  const read = (/** @type {string} */ name) => db.transaction(name, "readonly").objectStore(name);

  return {
    get: (name, key) => answer(read(name).get(key)),
    all: (name) => answer(read(name).getAll()),
    keys: (name) => answer(read(name).getAllKeys()),
    set: (name, key, value) => write(name, (table) => table.put(value, key)),
    remove: (name, key) => write(name, (table) => table.delete(key)),
    clear: (name) => write(name, (table) => table.clear()),
    /** Reads and writes in one transaction, so that two pages cannot both count from the same number. */
    async update(name, key, change) {
      let changed;
      await write(name, (table) => {
        const reading = table.get(key);
        reading.onsuccess = () => {
          changed = change(reading.result);
          table.put(changed, key);
        };
      });
      return changed;
    },
  };
}
