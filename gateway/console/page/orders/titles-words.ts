import { sentences } from '../../../../shared/text.ts';

/** What the frame of the page needs before the page of orders is loaded. */
export const say = sentences('console-page.orders-titles', {
  title: { en: 'Orders', ja: '命令' },
});
