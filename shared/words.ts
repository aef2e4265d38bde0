import { sentences } from './text.ts';

export const say = sentences('shared', {
  fault: { en: '{on}: {what}. {hint}', ja: '{on}: {what}。{hint}' },
});
