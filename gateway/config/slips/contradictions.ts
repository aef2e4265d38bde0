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
const LISTS = ['port', 'device', 'destination', 'profile', 'project'];

export function contradictionsIn(statements: readonly Statement[]): readonly SyntaxFault[] {
  const seen = new Map<string, { readonly line: number; readonly is: Statement['is'] }>();
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
      const fault = is === 'list' ? faultOfList(statement, seen) : undefined;
      const first = note(name, statement);
      const again = is === 'table' && first !== undefined ? faultOfTable(name, line, first) : undefined;
      const found = fault ?? again;
      if (found !== undefined) faults.push(found);
      table = is === 'list' || again !== undefined ? `${name} ${line}` : name;
      for (const key of is === 'list' ? [...seen.keys()] : []) if (key.startsWith(`${name}.`)) seen.delete(key);
    } else if (is === 'setting') {
      const first = note(`${table}\n${name}`, statement);
      if (first !== undefined) faults.push({ line, what: say.keyTwice({ name, first }), mend: say.keepOne() });
    }
  }
  return faults;
}

function faultOfTable(name: string, line: number, first: number): SyntaxFault {
  if (LISTS.includes(name)) {
    return { line, what: say.notAList({ name }), mend: say.write({ line: `[[${name}]]` }) };
  }
  return { line, what: say.tableTwice({ name, first }), mend: say.mergeTables({ name }) };
}

function faultOfList(
  { name, line }: Statement,
  seen: ReadonlyMap<string, { readonly line: number; readonly is: Statement['is'] }>,
): SyntaxFault | undefined {
  const single = seen.get(name);
  if (single?.is === 'table') {
    return { line: single.line, what: say.notAList({ name }), mend: say.write({ line: `[[${name}]]` }) };
  }
  const parent = name.split('.').slice(0, -1).join('.');
  if (parent === '' || seen.has(parent)) return undefined;
  return { line, what: say.noParent({ name, parent }), mend: say.parentFirst({ parent }) };
}
