import { expect, test } from 'vitest';
import { checkPattern } from '../../../scenarios/catalogue.ts';
import { catalogue } from './catalogue-for-tests.ts';

test.each([
  'all',
  '*',
  'gateway-cgi/node-bare',
  'gateway-*/node-bare',
  'model:cgi',
  'model:cgi&host:gateway',
  'app:wsgi-*',
  'apache-mod-wsgi-embedded@prefork/wsgi-bare',
  'apache-proxy-fcgi+flup@fork/wsgi-bare',
  'host:apache,!*@prefork*',
  '*+flup*',
])('the pattern %s can match something', (pattern) => {
  expect(checkPattern(pattern, catalogue)).toBeNull();
});

test.each([
  ['gateway-cgj/node-bare', 'no connector is called "gateway-cgj" (did you mean "gateway-cgi"?)'],
  ['gateway-cgi/node-baer', 'no app is called "node-baer" (did you mean "node-bare"?)'],
  ['apache-proxy-fcgi+flop/wsgi-bare', 'no backend is called "flop" (did you mean "flup"?)'],
  ['apache-proxy-fcgi+flup@frok/wsgi-bare', 'no backend is called "flup@frok" (did you mean "flup@fork"?)'],
  ['app:djnago', 'no app is called "djnago"'],
  ['app:wsgi-bear', 'no app is called "wsgi-bear" (did you mean "wsgi-bare"?)'],
  ['model:cgj', 'no model is called "cgj" (did you mean "cgi"?)'],
  ['!host:apahce', 'no host is called "apahce" (did you mean "apache"?)'],
  ['modle:cgi', '"modle:" is not a field (did you mean "model:"?)'],
  ['gateway-cgi', '"gateway-cgi" matches no stack: a stack\'s name is connector[+backend]/app'],
])('the pattern %s is a mistake, and the message says which part', (pattern, message) => {
  expect(checkPattern(pattern, catalogue)).toBe(message);
});
