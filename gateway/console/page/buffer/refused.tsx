/** Readings that a destination refused, with the reason: to be sent again once it is mended, or dropped. */
import { useRef, useState } from 'preact/hooks';
import { type Reading, readingFromJson } from '../../../../shared/reading.ts';
import { momentText, numberText, valueText } from '../format.ts';
import { quantityName } from '../names.ts';
import { Done, Trouble, useAnswer, useDoing } from '../parts.tsx';
import { useLanguage, useSignedIn } from '../surroundings.tsx';
import { quantitiesOf } from '../values.tsx';
import { say } from '../words.ts';

/** More are counted. */
const maxShown = 200;
const maxValues = 8;

interface Row {
  readonly id: number;
  readonly destination: string;
  readonly reason: string;
  readonly reading: unknown;
}

interface Retried {
  readonly retried: number;
  readonly damaged: number;
  readonly withoutDestination: number;
}

export function Refused({ count }: { readonly count: number }) {
  const language = useLanguage();
  const { door } = useSignedIn();
  const { answer: rows = [], trouble, again } = useAnswer(() => door.lines<Row>('list-refused', {}, maxShown), count);
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const doing = useDoing();
  const dropping = useRef<HTMLDialogElement>(null);
  const ids = rows.flatMap(({ id }) => (chosen.has(id) ? [id] : []));
  const choose = (all: readonly number[], isChosen: boolean) => {
    const next = new Set(chosen);
    for (const id of all) {
      if (isChosen) next.add(id);
      else next.delete(id);
    }
    setChosen(next);
  };
  const act = (action: () => Promise<ReturnType<typeof say.sentAgain>>) =>
    doing.act(async () => {
      const text = await action();
      setChosen(new Set());
      again();
      return text;
    });
  const retry = () =>
    act(async () => {
      const { retried, damaged, withoutDestination } = await door.json<Retried>('retry-refused', { ids });
      return say.sentAgain({ count: retried, left: damaged + withoutDestination });
    });
  const drop = () => {
    dropping.current?.close();
    return act(async () =>
      say.droppedNow({ count: (await door.json<{ dropped: number }>('drop-refused', { ids })).dropped }),
    );
  };
  return (
    <section aria-labelledby="refused">
      <h2 id="refused">
        {say.refused()[language]} <span class="count">{numberText(count)}</span>
      </h2>
      <Trouble text={trouble ?? doing.trouble} />
      <Done text={doing.done} />
      {rows.length === 0 && trouble === undefined && <p>{say.nothingRefused()[language]}</p>}
      {rows.length > 0 && door.mayChange && (
        <div class="actions">
          <label class="check">
            <input
              type="checkbox"
              checked={ids.length === rows.length}
              onChange={({ currentTarget }) =>
                choose(
                  rows.map(({ id }) => id),
                  currentTarget.checked,
                )
              }
            />
            {say.chooseAll()[language]}
          </label>
          <button type="button" disabled={ids.length === 0 || doing.isBusy} onClick={retry}>
            {say.sendAgain({ count: ids.length })[language]}
          </button>
          <button
            type="button"
            class="grave"
            disabled={ids.length === 0 || doing.isBusy}
            onClick={() => dropping.current?.showModal()}
          >
            {say.drop({ count: ids.length })[language]}
          </button>
        </div>
      )}
      <ul class="refused">
        {rows.map((row) => (
          <li key={row.id} class="card">
            {door.mayChange ? (
              <label class="check">
                <input
                  type="checkbox"
                  checked={chosen.has(row.id)}
                  onChange={({ currentTarget }) => choose([row.id], currentTarget.checked)}
                />
                <What row={row} />
              </label>
            ) : (
              <What row={row} />
            )}
          </li>
        ))}
      </ul>
      {count > rows.length && rows.length === maxShown && (
        <p>{say.andMore({ count: count - rows.length })[language]}</p>
      )}
      <dialog ref={dropping} aria-labelledby="drop-title">
        <h2 id="drop-title">{say.dropTitle({ count: ids.length })[language]}</h2>
        <p>{say.dropNote()[language]}</p>
        <div class="actions">
          <button type="button" onClick={() => dropping.current?.close()}>
            {say.keepThem()[language]}
          </button>
          <button type="button" class="grave" onClick={drop}>
            {say.dropThem()[language]}
          </button>
        </div>
      </dialog>
    </section>
  );
}

function What({ row: { destination, reason, reading: json } }: { readonly row: Row }) {
  const language = useLanguage();
  const reading = readingFromJson(json);
  return (
    <span>
      <strong>{reading?.device ?? say.damagedReading()[language]}</strong>
      {reading !== undefined && (
        <>
          {' '}
          · {momentText(reading.observedAt, language)}
          <br />
          {valuesOf(reading, language)}
        </>
      )}
      <br />
      <span class="why">{say.refusedBy({ destination, reason })[language]}</span>
    </span>
  );
}

/** A refused reading is kept without its units. */
function valuesOf(reading: Reading, language: 'en' | 'ja'): string {
  return quantitiesOf(reading)
    .slice(0, maxValues)
    .map((name) => `${quantityName(name)[language]} ${valueText(reading.values[name] ?? '', '', language)}`)
    .join(' · ');
}
