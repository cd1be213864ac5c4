/*
 * main.c: hands the command line to its face and the service to the command that serves.
 */
#include "cli/cli.h"
#include "serve.h"

int main(int argc, char **argv)
{
    return cli_main(argc, argv, serve);
}
