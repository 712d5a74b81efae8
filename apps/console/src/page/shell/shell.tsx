import { Anchor, Button, Container, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet } from 'react-router';
import { signedIn } from '../sign-in/signed-in-only.tsx';
import { signOut } from '../sign-in/session.ts';
import { texts } from '../texts.ts';

/** What is around every page: who is signed in, and the way to the locations. */
export function Shell() {
  const user = useQuery({ ...signedIn, enabled: false });
  return (
    <>
      <a className="skip" href="#main">
        {texts.skip}
      </a>
      <Container size="md" component="header" py="md">
        <Group justify="space-between">
          <Anchor component={Link} to="/" fw={700} fz="lg" c="inherit" underline="hover">
            {texts.product}
          </Anchor>
          {user.data && (
            <Group gap="sm">
              <Text size="sm">{user.data.profile.name ?? user.data.profile.email ?? user.data.profile.sub}</Text>
              <Button variant="default" size="compact-sm" onClick={() => void signOut()}>
                {texts.signOut}
              </Button>
            </Group>
          )}
        </Group>
      </Container>
      <Container size="md" component="main" id="main" tabIndex={-1} pb="xl">
        <Outlet />
      </Container>
    </>
  );
}
