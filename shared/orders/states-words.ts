import { sentences } from '../text.ts';

/** How an order stands, in a word or two: where it is still on its way, and by its end. */
export const say = sentences('orders.states', {
  waiting: { en: 'waiting', ja: '待機中' },
  begun: { en: 'under way', ja: '実行中' },
  done: { en: 'done', ja: '実行済み' },
  refused: { en: 'refused', ja: '拒否' },
  failed: { en: 'failed', ja: '失敗' },
  expired: { en: 'expired', ja: '期限切れ' },
  interrupted: { en: 'interrupted', ja: '中断' },
  unanswered: { en: 'unanswered', ja: '応答なし' },
});
