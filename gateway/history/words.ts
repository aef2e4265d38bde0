import { sentences } from '../../shared/text.ts';

export const say = sentences('history', {
  theArchive: { en: 'the archive', ja: 'アーカイブ' },
  busy: { en: 'others are asking it', ja: 'ほかの問い合わせを処理しています' },
  askAgain: { en: 'Ask again in a moment', ja: '少し待ってから、もう一度お試しください' },
});
