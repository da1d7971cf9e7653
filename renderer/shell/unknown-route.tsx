import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { addressOf } from './links.ts';
import { useScreenTitle } from './use-screen.ts';

export function UnknownRoute(): ReactNode {
  const [path, navigate] = useLocation();
  useScreenTitle('Unknown address');
  return (
    <>
      <div className="bar">
        <h1>Unknown address</h1>
      </div>
      <EmptyState
        lead="Nothing is kept at this address."
        actions={<Button onClick={() => navigate(addressOf.runs)}>Go to Runs</Button>}
      >
        <span className="mono">{path}</span> names no screen of this room. It may come from a newer version.
      </EmptyState>
    </>
  );
}
