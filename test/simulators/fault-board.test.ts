import { expect, test } from 'vitest';
import { foreign } from '../../shared/text.ts';
import { FaultBoard, type FaultKind } from '../../simulators/fault-board.ts';
import { Random } from '../../simulators/random.ts';

const meaning = foreign('a fault for trial');
const KINDS: readonly FaultKind[] = [
  { name: 'late', meaning, parameters: { ms: { meaning, unit: 'ms', default: 500, min: 0, max: 1_000 } } },
  { name: 'lossy', meaning, parameters: { share: { meaning, unit: 'share', default: 0.1, min: 0, max: 1 } } },
  { name: 'restart', meaning, isMomentary: true },
];

/** A board, and what it told whoever listens. */
function board() {
  const made = new FaultBoard(KINDS);
  const told: string[] = [];
  made.onStruck(({ kind, settings }) => told.push(`struck ${kind.name} ${JSON.stringify(settings)}`));
  made.onCleared((name) => told.push(`cleared ${name}`));
  return { board: made, told };
}

test('a fault stands with its defaults, or as it was set last, until it is cleared', () => {
  const { board: faults, told } = board();
  expect(faults.get('late')).toBeUndefined();
  faults.strike('late');
  expect(faults.get('late')).toEqual({ ms: 500 });
  faults.strike('late', { ms: 20 });
  expect(faults.standing).toMatchObject([{ kind: { name: 'late' }, settings: { ms: 20 } }]);
  faults.clear('late');
  faults.clear('late');
  expect(faults.standing).toEqual([]);
  expect(told).toEqual(['struck late {"ms":500}', 'struck late {"ms":20}', 'cleared late']);
});

test('a momentary fault is told and does not stand', () => {
  const { board: faults, told } = board();
  faults.strike('restart');
  expect(faults.standing).toEqual([]);
  expect(told).toEqual(['struck restart {}']);
});

test('all are cleared at once', () => {
  const { board: faults, told } = board();
  faults.strike('late');
  faults.strike('lossy');
  faults.clear();
  expect(faults.standing).toEqual([]);
  expect(told.slice(2)).toEqual(['cleared late', 'cleared lossy']);
});

test.each([
  ['coffee', {}],
  ['late', { share: 1 }],
  ['late', { constructor: 1 }],
  ['late', { ms: -1 }],
  ['late', { ms: 1_001 }],
  ['late', { ms: Number.NaN }],
  ['restart', { ms: 1 }],
])('%s with %j is refused, and what stands stays', (name, settings) => {
  const { board: faults, told } = board();
  expect(() => faults.strike(name, settings as Record<string, number>)).toThrow(
    expect.objectContaining({ code: 'no-fault' }),
  );
  expect(faults.standing).toEqual([]);
  expect(told).toEqual([]);
});

test('a fault with a share strikes as often, and draws nothing while it does not stand', () => {
  const { board: faults } = board();
  const random = new Random(1);
  expect(faults.happens('lossy', random)).toBe(false);
  expect(random.next()).toBe(new Random(1).next());
  faults.strike('lossy', { share: 0.25 });
  const struck = Array.from({ length: 1_000 }, () => faults.happens('lossy', random)).filter(Boolean);
  expect(struck.length).toBeGreaterThan(200);
  expect(struck.length).toBeLessThan(300);
});

test('of two kinds with the same name there is one', () => {
  expect(new FaultBoard([...KINDS, ...KINDS]).kinds).toEqual(KINDS);
});
