/** Statements that are good by themselves and contradict one another: keys and tables that stand twice. */
import type { Text } from '../../../shared/text.ts';
import type { Statement } from './statement.ts';
import { say } from './words.ts';

export interface SyntaxFault {
  readonly line: number;
  readonly what: Text;
  readonly mend: Text;
}

/** Tables of which there may be several, each `[[…]]`. */
const LISTS = ['port', 'device', 'destination', 'profile', 'project', 'watch'];

export function contradictionsIn(statements: readonly Statement[]): readonly SyntaxFault[] {
  const seen = new Map<string, Seen>();
  const faults: SyntaxFault[] = [];
  let table = '';
  const note = (key: string, { line, is }: Statement): number | undefined => {
    const first = seen.get(key);
    if (first === undefined) seen.set(key, { line, is });
    return first?.line;
  };
  for (const statement of statements) {
    const { is, line, name } = statement;
    if (is === 'table' || is === 'list') {
      const before = seen.get(name);
      const found = is === 'list' ? faultsOfList(statement, seen) : before ? faultsOfTable(statement, before) : [];
      faults.push(...found.filter((each) => !faults.some((known) => known.line === each.line)));
      note(name, statement);
      table = is === 'list' || before !== undefined ? `${name} ${line}` : name;
      for (const key of is === 'list' ? [...seen.keys()] : []) if (key.startsWith(`${name}.`)) seen.delete(key);
    } else if (is === 'setting') {
      const first = note(`${table}\n${name}`, statement);
      if (first !== undefined) faults.push({ line, what: say.keyTwice({ name, first }), mend: say.keepOne() });
    }
  }
  return faults;
}

type Seen = Pick<Statement, 'line' | 'is'>;

function faultsOfTable({ name, line }: Statement, { is, line: first }: Seen): readonly SyntaxFault[] {
  if (!LISTS.includes(name)) return [{ line, what: say.tableTwice({ name, first }), mend: say.mergeTables({ name }) }];
  return [...(is === 'table' ? [first] : []), line].map((each) => singleOfList(name, each));
}

function faultsOfList({ name, line }: Statement, seen: ReadonlyMap<string, Seen>): readonly SyntaxFault[] {
  const single = seen.get(name);
  if (single?.is === 'table') return [singleOfList(name, single.line)];
  const parent = name.split('.').slice(0, -1).join('.');
  if (parent === '' || seen.has(parent)) return [];
  return [{ line, what: say.noParent({ name, parent }), mend: say.parentFirst({ parent }) }];
}

function singleOfList(name: string, line: number): SyntaxFault {
  return { line, what: say.notAList({ name }), mend: say.write({ line: `[[${name}]]` }) };
}
