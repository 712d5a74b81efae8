import { useQuery } from '@tanstack/react-query';
import { Navigate } from 'react-router';
import { texts } from '../texts.ts';
import { ProblemAlert } from '../shell/problem-alert.tsx';
import { Working } from '../shell/working.tsx';
import { finishSignIn } from './session.ts';

/** Where the identity provider sends browsers back to. Its answer is good for one use. */
export function SignedInPage() {
  const finished = useQuery({ queryKey: ['sign-in'], queryFn: finishSignIn, staleTime: Infinity });
  if (finished.isPending) return <Working text={texts.working.signIn} />;
  if (finished.isError) return <ProblemAlert error={finished.error} offersSignIn />;
  return <Navigate to={finished.data} replace />;
}
