/** The last step: a test reading and its receipt, and on to the site sheet. */
import { useState } from 'preact/hooks';
import { hrefOf } from '../route.ts';
import { useLanguage } from '../surroundings.tsx';
import { EMPTY, type StepOptions } from './draft.ts';
import { TestPanel } from './test-panel.tsx';
import { say } from './words.ts';

export function TestStep({ draft, change }: StepOptions) {
  const language = useLanguage();
  const [isTested, setIsTested] = useState(false);
  return (
    <>
      <TestPanel device={draft.id} ended={() => setIsTested(true)} />
      <div class="actions">
        <a class={`button ${isTested ? 'main' : ''}`} href={hrefOf({ page: 'sheet', about: draft.id })}>
          {say.toSheet()[language]}
        </a>
        <button type="button" onClick={() => change(EMPTY)}>
          {say.finish()[language]}
        </button>
      </div>
    </>
  );
}
