import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Outlet } from 'react-router';
import { ProblemAlert } from '../shell/problem-alert.tsx';
import { Working } from '../shell/working.tsx';
import { texts } from '../texts.ts';
import { currentUser, signIn } from './session.ts';

/** Who is signed in; null while nobody is. */
export const signedIn = { queryKey: ['user'], queryFn: async () => (await currentUser()) ?? null, staleTime: Infinity };

/** Shows what is inside to people who have signed in; others are sent to do so first. */
export function SignedInOnly() {
  const user = useQuery(signedIn);
  const isSignedOut = user.data === null;
  const leaving = useQuery({
    queryKey: ['leaving-to-sign-in'],
    queryFn: async () => {
      await signIn();
      return new Promise<never>(() => undefined); // until the browser has left
    },
    enabled: isSignedOut,
  });
  useEffect(() => {
    if (isSignedOut) document.title = texts.product;
  }, [isSignedOut]);
  const error = user.error ?? leaving.error;
  if (error !== null) return <ProblemAlert error={error} onRetry={() => location.reload()} />;
  return user.data ? <Outlet /> : <Working text={texts.working.signIn} />;
}
