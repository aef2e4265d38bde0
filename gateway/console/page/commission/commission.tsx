/** Commissioning: one flow of steps with a visible position, from the line to the receipt. */
import './commission.css';
import type { ComponentType } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Text } from '../../../../shared/text.ts';
import { Title } from '../parts.tsx';
import { useLanguage, useSignedIn } from '../surroundings.tsx';
import { say as page } from '../words.ts';
import { type Draft, draftIn, EMPTY, forgetDraft, keepDraft, type Step, type StepOptions, stepsOf } from './draft.ts';
import { LineStep } from './line-step.tsx';
import { ListenStep } from './listen-step.tsx';
import { LiveStep } from './live-step.tsx';
import { PlaceStep } from './place-step.tsx';
import { TestStep } from './test-step.tsx';
import { ThresholdsStep } from './thresholds-step.tsx';
import { say } from './words.ts';
import { WriteStep } from './write-step.tsx';

const SHOWN: Readonly<Record<Step, { readonly name: () => Text; readonly show: ComponentType<StepOptions> }>> = {
  line: { name: say.lineStep, show: LineStep },
  listen: { name: say.listenStep, show: ListenStep },
  place: { name: say.placeStep, show: PlaceStep },
  thresholds: { name: say.thresholdsStep, show: ThresholdsStep },
  write: { name: say.writeStep, show: WriteStep },
  live: { name: say.liveStep, show: LiveStep },
  test: { name: say.testStep, show: TestStep },
};

export function Commission() {
  const language = useLanguage();
  const { door } = useSignedIn();
  return (
    <>
      <Title>{page.commission()[language]}</Title>
      {door.mayChange ? <Steps /> : <p>{say.techniciansOnly()[language]}</p>}
    </>
  );
}

function Steps() {
  const language = useLanguage();
  const [draft, setDraft] = useState(() => draftIn(sessionStorage));
  const latest = useRef(draft);
  const heading = useRef<HTMLHeadingElement>(null);
  const isFirst = useRef(true);
  const change = (entered: Partial<Draft>) => {
    latest.current = { ...latest.current, ...entered };
    keepDraft(sessionStorage, latest.current);
    setDraft(latest.current);
  };
  const steps = stepsOf(draft);
  const at = Math.max(0, steps.indexOf(draft.step));
  const goTo = (step: Step | undefined, entered: Partial<Draft> = {}) => change({ ...entered, ...(step && { step }) });
  const next = (entered: Partial<Draft> = {}) => {
    const after = stepsOf({ ...latest.current, ...entered });
    goTo(after[after.indexOf(latest.current.step) + 1], entered);
  };
  const startOver = () => {
    forgetDraft(sessionStorage);
    latest.current = EMPTY;
    setDraft(EMPTY);
  };
  // A screen reader, and whoever has scrolled, begins each step at its head.
  useEffect(() => {
    if (!isFirst.current) {
      scrollTo(0, 0);
      heading.current?.focus();
    }
    isFirst.current = false;
  }, [draft.step]);
  const { name, show: Shown } = SHOWN[draft.step];
  return (
    <>
      {draft.step === 'line' && <p>{say.lead()[language]}</p>}
      <ol class="steps" aria-label={say.steps()[language]}>
        {steps.map((step, i) => (
          <li key={step} class={i < at ? 'past' : ''} aria-current={i === at ? 'step' : undefined}>
            <span class="unseen">{SHOWN[step].name()[language]}</span>
          </li>
        ))}
      </ol>
      <p class="small position">{say.position({ step: at + 1, all: steps.length })[language]}</p>
      <h2 class="step" tabIndex={-1} ref={heading}>
        {name()[language]}
      </h2>
      <Shown draft={draft} change={change} next={next} />
      <div class="actions">
        {at > 0 && !(draft.isWritten && draft.step === 'live') && (
          <button type="button" onClick={() => goTo(steps[at - 1])}>
            <span aria-hidden="true">← </span>
            {say.back()[language]}
          </button>
        )}
        {draft.line !== undefined && <StartOver startOver={startOver} />}
      </div>
    </>
  );
}

function StartOver({ startOver }: { readonly startOver: () => void }) {
  const language = useLanguage();
  const [isSure, setIsSure] = useState(false);
  if (!isSure) {
    return (
      <button type="button" onClick={() => setIsSure(true)}>
        {say.startOver()[language]}
      </button>
    );
  }
  return (
    <div class="card">
      <p>{say.startOverSure()[language]}</p>
      <div class="actions">
        <button type="button" class="grave" onClick={startOver}>
          {say.startOver()[language]}
        </button>
        <button type="button" onClick={() => setIsSure(false)}>
          {say.keepGoing()[language]}
        </button>
      </div>
    </div>
  );
}
