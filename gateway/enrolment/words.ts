import { sentences } from '../../shared/text.ts';

export const say = sentences('enrolment-list', {
  olderList: {
    en: 'list {number} is older than list {before}, which is here already',
    ja: '一覧 {number} は、すでにある一覧 {before} より古いものです',
  },
  tooManyLists: { en: 'too many lists came at once', ja: '一度に届いた一覧が多すぎます' },
});
