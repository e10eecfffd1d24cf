import { authenticator } from '../../gateway/authenticate';
import { type TestIdentityProvider, testIdentityProvider } from '../support/identity-provider';

let identityProvider: TestIdentityProvider;

beforeEach(async () => {
  identityProvider = await testIdentityProvider();
});

afterEach(async () => {
  jest.useRealTimers();
  await identityProvider.close();
});

const atTime = (milliseconds: number) => jest.useFakeTimers({ advanceTimers: true, now: Date.now() + milliseconds });

test('a token that was verified once is not good for longer than it lives', async () => {
  const authenticate = authenticator(identityProvider);
  const token = `Bearer ${identityProvider.token('education-officer', { expiresIn: 60 })}`;
  const first = await authenticate(token);
  expect(first.sub).toBe('education-officer');
  expect(await authenticate(token)).toBe(first);
  atTime(61_000);
  await expect(authenticate(token)).rejects.toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } });
});

test('nor is it good for another token, be it alike but for its last character', async () => {
  const authenticate = authenticator(identityProvider);
  const token = `Bearer ${identityProvider.token('education-officer')}`;
  await authenticate(token);
  const changed = `${token.slice(0, -4)}${token.at(-4) === 'A' ? 'B' : 'A'}${token.slice(-3)}`;
  await expect(authenticate(changed)).rejects.toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } });
});
