from django.apps import AppConfig


class ProcessesConfig(AppConfig):
    name = "processes"
    verbose_name = "Processer"

    def ready(self) -> None:
        from kvalitet import jobs, naming, notifications, registries, search
        from kvalitet.navigation import nav
        from kvalitet.organisation import grants
        from processes import batches, contributions, demo, findable, permissions, print_job, synthetic, tasks

        grants.register(permissions.GRANTS)
        search.register(findable.PROCESS)
        naming.register_known("processes", findable.titles_with)
        jobs.register(batches.KIND)
        jobs.register(print_job.jobs_kind)
        notifications.name_kinds(processes="Processer")
        nav.register("Processer", "processes:map", order=20, prefix="/processer/")
        contributions.notify_on_changes()
        registries.appointable_units.register("processes", contributions.appointable_units)
        registries.drafted_processes.register("processes", contributions.drafted_processes)
        registries.periodic.register("processes_put_in_force", tasks.put_due_in_force)
        registries.periodic.register("processes_sweep_prints", tasks.sweep_prints)
        registries.demo.register("processes", demo.load, order=20)
        registries.synthetic.register("processes", synthetic.load, order=20)
        self._show_elsewhere()

    def _show_elsewhere(self) -> None:
        """What processes tell on pages of others."""
        from kvalitet import registries
        from processes import assurance, contributions

        registries.panels.register("start_map", contributions.start_panel, order=20, model_label="start")
        registries.panels.register(
            "processes_of_unit", contributions.unit_panel, order=20, model_label="organisation.unit"
        )
        registries.work.register("processes", contributions.work, order=40)
        registries.news.register("processes", contributions.news, order=20)
        registries.where_used.register("process_units", contributions.where_used, order=20)
        registries.step_uses.register("process_units", contributions.step_uses, order=40)
        registries.step_moves.register("process_units", contributions.move_units, order=40)
        registries.assurance.register("processes", assurance.own_checks, order=20)
