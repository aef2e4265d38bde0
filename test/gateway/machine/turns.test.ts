import { expect, test } from 'vitest';
import { Turns } from '../../../gateway/machine/turns.ts';

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

test('work on the same thing runs in order, other work does not wait', async () => {
  const turns = new Turns();
  const did: string[] = [];
  const first = gate();
  const one = turns.take(['a'], async () => {
    await first.opened;
    did.push('a1');
  });
  const two = turns.take(['a', 'b'], async () => void did.push('ab'));
  const three = turns.take(['b'], async () => void did.push('b'));
  await turns.take(['c'], async () => void did.push('c'));
  expect(did).toEqual(['c']);
  expect(turns.size).toBe(3);
  first.open();
  await Promise.all([one, two, three]);
  expect(did).toEqual(['c', 'a1', 'ab', 'b']);
  expect(turns.size).toBe(0);
});

test('a failure reaches its caller, and the next piece runs', async () => {
  const turns = new Turns();
  const failed = turns.take(['a'], () => Promise.reject(new Error('no')));
  const next = turns.take(['a'], async () => 'done');
  await expect(failed).rejects.toThrow('no');
  expect(await next).toBe('done');
  await turns.idle();
});

test('waiting for all includes work that names nothing', async () => {
  const turns = new Turns();
  const { opened, open } = gate();
  let isDone = false;
  const piece = turns.take([], async () => {
    await opened;
    isDone = true;
  });
  setImmediate(open);
  await turns.idle();
  expect(isDone).toBe(true);
  await piece;
  expect(turns.size).toBe(0);
});
