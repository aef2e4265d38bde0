import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesOf, MemoryImage } from '../../../../gateway/codecs/sandbox/memory-image.ts';
import { copyOfStart, findLayout, probeBytes } from '../../../../gateway/codecs/sandbox/memory-layout.ts';

const size = 1 << 20;
const breakAt = 4_000;
const dataEnd = 10_000;
const heapAt = 600_000;
const heapEnd = 700_000;
const layout = { dataEnd, heapAt, breakAt };

/** Static data with the break in it, an empty stack, and a heap, as emscripten lays them out. */
function laidOut() {
  const memory = new Uint8Array(size);
  memory.fill(1, 0, dataEnd);
  memory.fill(2, heapAt, heapEnd);
  const setBreak = (to: number) => new DataView(memory.buffer).setUint32(breakAt, to, true);
  setBreak(heapEnd);
  return { memory, setBreak };
}

/** Where a program writes: its data beside the break, its heap, and what it lets its heap grow by. */
const writes = fc.record({
  growBy: fc.integer({ min: 0, max: 200_000 }),
  list: fc.array(fc.record({ at: fc.nat(), bytes: fc.uint8Array({ minLength: 1, maxLength: 3000 }) }), {
    maxLength: 20,
  }),
});

test('memory is restored byte for byte, to its image and to any patch, and is zero beyond', () => {
  fc.assert(
    fc.property(writes, writes, writes, (first, second, between) => {
      const { memory, setBreak } = laidOut();
      const image = new MemoryImage(memory, layout);
      const untouched = memory.slice();
      const run = ({ growBy, list }: typeof first) => {
        setBreak(heapEnd + growBy);
        for (const { at, bytes } of list) {
          const place = at % 3 === 0 ? 5_000 + (at % 2_000) : heapAt + (at % (heapEnd + growBy - heapAt - 3_000));
          memory.set(bytes, place);
        }
      };
      const taken = [first, second].map((each) => {
        image.restore();
        run(each);
        return { patch: image.patch(), expected: memory.slice() };
      });
      for (const { patch, expected } of [...taken, { patch: [], expected: untouched }]) {
        image.restore();
        run(between);
        image.restore(patch);
        expect(Buffer.compare(memory, expected)).toBe(0);
      }
    }),
    { numRuns: 50 },
  );
});

test('a patch holds the differences, and little more', () => {
  const { memory } = laidOut();
  const image = new MemoryImage(memory, layout);
  expect(bytesOf(image.patch())).toBe(0);
  memory[heapAt + 5] = 9;
  expect(bytesOf(image.patch())).toBeLessThanOrEqual(512);
});

test('it tells when the heap cannot grow any more', () => {
  const { memory, setBreak } = laidOut();
  const image = new MemoryImage(memory, layout);
  expect(image.isFull()).toBe(false);
  setBreak(size);
  expect(image.isFull()).toBe(true);
  image.restore();
  expect(image.isFull()).toBe(false);
});

test('the break is found by how an allocation moves it', () => {
  const { memory, setBreak } = laidOut();
  setBreak(heapAt);
  const atStart = copyOfStart(memory);
  setBreak(heapEnd);
  const found = findLayout(memory, atStart, () => setBreak(heapEnd + probeBytes));
  expect(found).toMatchObject({ heapAt, breakAt });
  expect(found.dataEnd).toBeGreaterThanOrEqual(dataEnd);
  expect(found.dataEnd).toBeLessThan(heapAt);
  expect(() => findLayout(memory, atStart, () => {})).toThrow(/not laid out as expected/);
});
