/*
 * sync_reconcile_lock.c: never two runs at once, and no run that was killed in the way of the next.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "sync/reconcile_lock.h"

static char dir[] = "/tmp/barkbook-lock-XXXXXX";

static void setup(void)
{
    cr_assert_not_null(mkdtemp(dir));
}

static void teardown(void)
{
    char path[96];
    (void)snprintf(path, sizeof path, "%s/%s", dir, RECONCILE_LOCK_FILE);
    (void)unlink(path);
    (void)rmdir(dir);
}
TestSuite(reconcile_lock, .init = setup, .fini = teardown);

/* Another process that holds the lock until it is killed. */
static pid_t holder(void)
{
    int ready[2];
    cr_assert_eq(pipe(ready), 0);
    pid_t pid = fork();
    if (pid == 0) {
        struct reconcile_lock *l = NULL;
        char ok = reconcile_lock_take(dir, 0, NULL, &l, NULL) == 0 ? 'y' : 'n';
        if (write(ready[1], &ok, 1) != 1) {
            _exit(1);
        }
        for (;;) {
            (void)pause();
        }
    }
    char ok = 'n';
    cr_assert_eq(read(ready[0], &ok, 1), 1);
    cr_assert_eq(ok, 'y');
    (void)close(ready[0]);
    (void)close(ready[1]);
    return pid;
}

Test(reconcile_lock, a_second_one_is_refused_and_told_who_holds_it)
{
    struct reconcile_lock *mine = NULL;
    struct reconcile_lock *other = NULL;
    struct err err = {0};
    char pid[24];
    (void)snprintf(pid, sizeof pid, "process %ld", (long)getpid());
    cr_assert_eq(reconcile_lock_take(dir, 0, NULL, &mine, &err), 0, "%s", err.msg);
    cr_assert_eq(reconcile_lock_take(dir, 0, NULL, &other, &err), -(int)ERR_BUSY);
    cr_assert_not_null(strstr(err.msg, pid), "%s", err.msg);
    reconcile_lock_give(mine);
    cr_assert_eq(reconcile_lock_take(dir, 0, NULL, &other, &err), 0);
    reconcile_lock_give(other);
}

Test(reconcile_lock, the_lock_of_a_killed_process_is_free)
{
    pid_t pid = holder();
    struct reconcile_lock *mine = NULL;
    struct err err = {0};
    cr_assert_eq(reconcile_lock_take(dir, 0, NULL, &mine, &err), -(int)ERR_BUSY);
    cr_assert_eq(kill(pid, SIGKILL), 0);
    cr_assert_eq(waitpid(pid, NULL, 0), pid);
    cr_assert_eq(reconcile_lock_take(dir, 0, NULL, &mine, &err), 0, "%s", err.msg);
    reconcile_lock_give(mine);
}

Test(reconcile_lock, waiting_ends_as_soon_as_the_other_one_does)
{
    pid_t pid = holder();
    struct reconcile_lock *mine = NULL;
    struct err err = {0};
    int64_t began = clock_mono_ms();
    pid_t killer = fork();
    if (killer == 0) {
        (void)usleep(300000);
        _exit(kill(pid, SIGKILL));
    }
    cr_assert_eq(reconcile_lock_take(dir, 30000, NULL, &mine, &err), 0, "%s", err.msg);
    cr_assert_lt(clock_mono_ms() - began, 20000);
    reconcile_lock_give(mine);
    (void)waitpid(killer, NULL, 0);
    (void)waitpid(pid, NULL, 0);
}

Test(reconcile_lock, waiting_ends_when_asked_to_stop)
{
    struct reconcile_lock *mine = NULL;
    struct reconcile_lock *other = NULL;
    struct err err = {0};
    atomic_int stop = 1;
    cr_assert_eq(reconcile_lock_take(dir, 0, NULL, &mine, &err), 0);
    cr_assert_eq(reconcile_lock_take(dir, 30000, &stop, &other, &err), -(int)ERR_STOPPED);
    reconcile_lock_give(mine);
}

Test(reconcile_lock, a_folder_that_cannot_be_written_is_named)
{
    struct reconcile_lock *mine = NULL;
    struct err err = {0};
    cr_assert_eq(reconcile_lock_take("/nonexistent", 0, NULL, &mine, &err), -(int)ERR_IO);
    cr_assert_not_null(strstr(err.msg, "/nonexistent"));
}
