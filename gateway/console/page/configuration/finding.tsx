/** What a check found: what is wrong, each with its line and what to do, or what would change. */
import type { Checked } from '../../../config/followed-file.ts';
import { useLanguage } from '../surroundings.tsx';
import { say } from './words.ts';

const maxShown = 200;

interface Options {
  readonly found: Checked;
  readonly goTo: (line: number) => void;
}

export function Finding({ found: { faults, notes, lines }, goTo }: Options) {
  const language = useLanguage();
  if (faults.length > 0) {
    return (
      <section aria-labelledby="config-faults" class="trouble">
        <h3 id="config-faults">
          <span role="alert">{say.faults({ count: faults.length })[language]}</span>
        </h3>
        <Faults faults={faults} goTo={goTo} />
      </section>
    );
  }
  return (
    <section aria-labelledby="config-differs">
      <h3 id="config-differs">
        <span role="status">{(lines.length === 0 ? say.sameText : say.differs)()[language]}</span>
      </h3>
      {lines.length > 0 && (
        <ul class="diff">
          {lines.slice(0, maxShown).map((line) => (
            <li key={line} class={line.startsWith('+') ? 'come' : 'gone'}>
              <span class="unseen">{(line.startsWith('+') ? say.come : say.gone)()[language]} </span>
              <code>{line}</code>
            </li>
          ))}
        </ul>
      )}
      {lines.length > maxShown && <p>{say.moreLines({ count: lines.length - maxShown })[language]}</p>}
      {notes.length > 0 && (
        <>
          <h3>{say.notes()[language]}</h3>
          <Faults faults={notes} goTo={goTo} />
        </>
      )}
    </section>
  );
}

function Faults({ faults, goTo }: { readonly faults: Checked['faults']; readonly goTo: Options['goTo'] }) {
  const language = useLanguage();
  return (
    <ul class="faults">
      {faults.slice(0, maxShown).map(({ line, what, mend }) => (
        <li key={`${line} ${what.code}`}>
          <button type="button" onClick={() => goTo(line)}>
            {say.atLine({ line })[language]}
          </button>{' '}
          {what[language]}
          <br />
          <span class="mend">→ {mend[language]}</span>
        </li>
      ))}
    </ul>
  );
}
